package desk

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"oped"
)

// attempt is an act that continues in the browser: with a passkey, or at a provider of OpenID Connect.
type attempt struct {
	account int64  // to extend by a passkey or an identity; 0: somebody signs in
	to      string // page of the desk to go to
	passkey *webauthn.SessionData
	abroad  *abroad
	expires time.Time
}

const (
	attemptTime = 5 * time.Minute
	maxAttempts = 1024
)

// attempts holds what the desk expects back. Each is known to one browser by a secret in a cookie, and used once.
type attempts struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]attempt
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, all: map[string]attempt{}}
}

// add returns the secret of a new attempt. Of too many attempts, the oldest is forgotten.
func (s *attempts) add(x attempt) (secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest := ""
	for key, other := range s.all {
		if !other.expires.After(s.now()) {
			delete(s.all, key)
		} else if oldest == "" || other.expires.Before(s.all[oldest].expires) {
			oldest = key
		}
	}
	if len(s.all) >= maxAttempts {
		delete(s.all, oldest)
	}
	secret, x.expires = rand.Text(), s.now().Add(attemptTime)
	s.all[secret] = x
	return secret
}

// take returns an attempt, and forgets it.
func (s *attempts) take(secret string) (attempt, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.all[secret]
	delete(s.all, secret)
	return x, ok && x.expires.After(s.now())
}

// attemptCookie is the name of the cookie with the secret of an attempt.
const attemptCookie = "oped-desk-attempt"

// expect remembers an attempt of the browser.
func (v *visit) expect(x attempt) {
	http.SetCookie(v.w, v.newCookie(attemptCookie, v.attempts.add(x), int(attemptTime.Seconds())))
}

var errNoAttempt = oped.Invalid("this took longer than five minutes, or began in another browser", "begin again")

// expected returns the attempt that the browser continues. It returns an Invalid error if there is none.
func (v *visit) expected() (attempt, error) {
	c, err := v.r.Cookie(v.cookieName(attemptCookie))
	if err != nil {
		return attempt{}, errNoAttempt
	}
	http.SetCookie(v.w, v.newCookie(attemptCookie, "", -1))
	x, ok := v.attempts.take(c.Value)
	if !ok || x.account != 0 && x.account != v.account.ID {
		return attempt{}, errNoAttempt
	}
	return x, nil
}

// mayBegin returns an error if a client begins attempts too often.
func (v *visit) mayBegin() error {
	if wait := v.signIns.waitToBegin(clientOf(v.app, v.r)); wait > 0 {
		return tooMany(wait)
	}
	return nil
}
