package desk

import (
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The limits of attempts to sign in: for each client, and for each name over all clients, a burst, then one in a time.
// Passkeys and providers have a limit of their own for each client, so that guessing passwords does not block them.
const (
	signInEvery = 30 * time.Second
	clientBurst = 10
	nameBurst   = 30
	beginBurst  = 20
	maxLimited  = 4096 // clients and names remembered
)

// signIns limits attempts to sign in. A client that signed in with a name before has a limit of its own for the name:
// guesses of others do not lock it out.
type signIns struct {
	now   func() time.Time
	mu    sync.Mutex
	swept time.Time // when those who waited long enough were last removed
	all   map[string]*rate.Limiter
	known map[[2]string]bool // clients with their names
}

func newSignIns(now func() time.Time) *signIns {
	return &signIns{now: now, all: map[string]*rate.Limiter{}, known: map[[2]string]bool{}}
}

// wait counts an attempt with a password, and returns how long to wait before another one; 0: it may go on. name is ""
// if no account can have it.
func (s *signIns) wait(client, name string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	client = network(client)
	wait := s.count("client "+client, clientBurst)
	switch {
	case wait > 0:
		return wait
	case s.known[[2]string{client, name}]: // a sign-in with another name forgets the attempts of the client
		return s.count("known "+client+" "+name, clientBurst)
	}
	return s.count("name "+name, nameBurst)
}

// waitToBegin counts an attempt with a passkey or at a provider, and returns how long to wait before another one.
func (s *signIns) waitToBegin(client string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count("begin "+network(client), beginBurst)
}

func (s *signIns) count(key string, burst int) time.Duration {
	now, l := s.now(), s.all[key]
	if l == nil {
		s.forget(now)
		l = rate.NewLimiter(rate.Every(signInEvery), burst)
		s.all[key] = l
	}
	if l.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - l.TokensAt(now)) * float64(signInEvery))
}

// succeeded forgets the attempts of a client and a name.
func (s *signIns) succeeded(client, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	client = network(client)
	for _, key := range []string{"client " + client, "begin " + client, "known " + client + " " + name, "name " + name} {
		delete(s.all, key)
	}
	makeRoom(s.known)
	s.known[[2]string{client, name}] = true
}

// forget makes room for one more: it removes those who waited long enough, else any.
func (s *signIns) forget(now time.Time) {
	if len(s.all) < maxLimited {
		return
	}
	if now.Sub(s.swept) >= signInEvery { // sooner, few are to be found
		s.swept = now
		for key, l := range s.all {
			if l.TokensAt(now) >= float64(l.Burst()) {
				delete(s.all, key)
			}
		}
	}
	makeRoom(s.all)
}

func makeRoom[K comparable, V any](all map[K]V) {
	for key := range all {
		if len(all) < maxLimited {
			return
		}
		delete(all, key)
	}
}

// network returns the network of a client with limits: of IPv6, a client has 2⁶⁴ addresses.
func network(client string) string {
	ip, err := netip.ParseAddr(client)
	if err != nil || ip.Is4() {
		return client
	}
	return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
}

// tooMany is the error for somebody who has to wait.
func tooMany(wait time.Duration) *refusal {
	return &refusal{http.StatusTooManyRequests, wait, failure{
		"Too many attempts to sign in.", "Try again in " + inWords(wait) + ".",
	}}
}

// inWords returns a waiting time for people.
func inWords(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d seconds", int(d.Seconds())+1)
	}
	return fmt.Sprintf("%d minutes", int(d.Minutes())+1)
}
