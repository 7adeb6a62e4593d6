package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
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

// atOnce is the number of passwords hashed at a time. It bounds the memory of sign-ins.
const atOnce = 2

// hashing limits the number of passwords hashed at a time.
type hashing chan struct{}

func newHashing() hashing { return make(hashing, atOnce) }

// do waits for a free place and hashes.
func (h hashing) do(
	ctx context.Context, password string, salt []byte, memory, passes uint32, lanes uint8,
) ([]byte, error) {
	select {
	case h <- struct{}{}:
		defer func() { <-h }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, argonKey), nil
}

const (
	minPassword = 10  // characters
	maxPassword = 200 // bytes
)

// hash returns the hash of a new password, in the PHC string format. It returns an Invalid error for an unsuitable one.
func (h hashing) hash(ctx context.Context, password string) (string, error) {
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword {
		return "", oped.Invalid(fmt.Sprintf("the password has fewer than %d characters, or more than %d bytes",
			minPassword, maxPassword), "several words make a good one")
	}
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key, err := h.do(ctx, password, salt, argonMemory, argonPasses, argonLanes)
	if err != nil {
		return "", err
	}
	encoding := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		encoding.EncodeToString(salt), encoding.EncodeToString(key)), nil
}

// nobody is the hash of no password. Comparing with it takes as long as with another.
var nobody = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
	strings.Repeat("A", 22), strings.Repeat("A", 43))

// matches reports whether a password has a hash. It takes the same time for "", which no password has.
func (h hashing) matches(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = nobody
	}
	var version, memory, passes uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("a stored password has an unknown form")
	}
	_, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes)
	if err != nil {
		return false, fmt.Errorf("read a stored password: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("read a stored password: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("read a stored password: %w", err)
	}
	got, err := h.do(ctx, password, salt, memory, passes, lanes)
	return known && len(password) <= maxPassword && subtle.ConstantTimeCompare(got, want) == 1, err
}
