package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"oped"
)

// Parameters of argon2id, as RFC 9106 §4 recommends for machines with little memory: 64 MiB, three passes.
const (
	argonMemory = 64 << 10 // KiB
	argonPasses = 3
	argonLanes  = 4
	argonSalt   = 16
	argonKey    = 32
)

const (
	// atOnce is the number of passwords hashed at a time. It bounds the memory of sign-ins. Each has four lanes, so more
	// at a time would not be faster.
	atOnce = 1
	// maxWaiting is the number of passwords that wait to be hashed. It bounds the time of waiting.
	maxWaiting = 32
)

// hashing hashes passwords, a few at a time.
type hashing struct {
	taken  chan struct{} // one token for each password, hashed or waiting
	hashed chan struct{} // one token for each password hashed now
	derive func(password, salt []byte, passes, memory uint32, lanes uint8, size uint32) []byte
}

func newHashing() *hashing {
	return &hashing{
		taken:  make(chan struct{}, atOnce+maxWaiting),
		hashed: make(chan struct{}, atOnce),
		derive: argon2.IDKey,
	}
}

var errBusy = &refusal{http.StatusServiceUnavailable, time.Minute, failure{
	"Too many people are signing in.", "Try again in a minute.",
}}

// do waits for its turn and hashes. The error is errBusy if too many wait.
func (h *hashing) do(ctx context.Context, password string, x parsedHash) ([]byte, error) {
	select {
	case h.taken <- struct{}{}:
		defer func() { <-h.taken }()
	default:
		return nil, errBusy
	}
	select {
	case h.hashed <- struct{}{}:
		defer func() { <-h.hashed }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return h.derive([]byte(password), x.salt, x.passes, x.memory, x.lanes, uint32(len(x.key))), nil
}

const (
	minPassword = 10  // characters
	maxPassword = 200 // bytes
)

// hash returns the hash of a new password, in the PHC string format. It returns an Invalid error for an unsuitable one.
func (h *hashing) hash(ctx context.Context, password string) (string, error) {
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword {
		return "", oped.Invalid(fmt.Sprintf("the password has fewer than %d characters, or more than %d bytes",
			minPassword, maxPassword), "several words make a good one")
	}
	x := nobody()
	rand.Read(x.salt)
	var err error
	if x.key, err = h.do(ctx, password, x); err != nil {
		return "", err
	}
	return x.String(), nil
}

// matches reports whether a password has a hash. It takes the same time for "", which no password has.
func (h *hashing) matches(ctx context.Context, password, hash string) (bool, error) {
	x := nobody()
	if hash != "" {
		var err error
		if x, err = parseHash(hash); err != nil {
			return false, fmt.Errorf("read a stored password: %w", err)
		}
	}
	tooLong := len(password) > maxPassword
	if tooLong {
		password = ""
	}
	got, err := h.do(ctx, password, x)
	return hash != "" && !tooLong && subtle.ConstantTimeCompare(got, x.key) == 1, err
}

// parsedHash is the hash of a password, with its parameters.
type parsedHash struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
	salt   []byte
	key    []byte
}

// nobody returns the hash of no password. Comparing with it takes as long as with another.
func nobody() parsedHash {
	return parsedHash{argonMemory, argonPasses, argonLanes, make([]byte, argonSalt), make([]byte, argonKey)}
}

// String returns the hash in the PHC string format.
func (x parsedHash) String() string {
	encoding := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, x.memory, x.passes, x.lanes,
		encoding.EncodeToString(x.salt), encoding.EncodeToString(x.key))
}

// parseHash reads a hash in the PHC string format. It refuses parameters that cost more than sixteen times ours.
func parseHash(s string) (x parsedHash, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return x, fmt.Errorf("the form is unknown")
	}
	var version int
	_, err = fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &x.memory, &x.passes, &x.lanes)
	if err != nil {
		return x, err
	}
	if x.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return x, err
	}
	if x.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return x, err
	}
	if version != argon2.Version || x.memory == 0 || x.memory > 16*argonMemory || x.passes == 0 ||
		x.passes > 16*argonPasses || x.lanes == 0 || len(x.salt) < 8 || len(x.key) < 16 || len(x.key) > 64 {
		return x, fmt.Errorf("the parameters are out of range")
	}
	return x, nil
}
