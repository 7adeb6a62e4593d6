package desk

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The limits of attempts to sign in, for each client and for each name: a burst, then one in a time.
const (
	signInBurst = 10
	signInEvery = 30 * time.Second
	maxLimited  = 4096 // clients and names remembered
)

// signIns limits attempts to sign in.
type signIns struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]*rate.Limiter
}

func newSignIns(now func() time.Time) *signIns {
	return &signIns{now: now, all: map[string]*rate.Limiter{}}
}

// wait counts an attempt, and returns how long to wait before another one; 0: it may go on.
func (s *signIns) wait(client, name string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	longest := time.Duration(0)
	for _, key := range keysOf(client, name) {
		l := s.all[key]
		if l == nil {
			s.forget(now)
			l = rate.NewLimiter(rate.Every(signInEvery), signInBurst)
			s.all[key] = l
		}
		if !l.AllowN(now, 1) {
			longest = max(longest, time.Duration((1-l.TokensAt(now))*float64(signInEvery)))
		}
	}
	return longest
}

// succeeded forgets the attempts of a client and a name.
func (s *signIns) succeeded(client, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keysOf(client, name) {
		delete(s.all, key)
	}
}

// forget removes those who waited long enough, and if there are too many, all.
func (s *signIns) forget(now time.Time) {
	if len(s.all) < maxLimited {
		return
	}
	for key, l := range s.all {
		if l.TokensAt(now) >= signInBurst {
			delete(s.all, key)
		}
	}
	if len(s.all) >= maxLimited {
		clear(s.all)
	}
}

func keysOf(client, name string) []string { return []string{"client " + client, "name " + name} }

// inWords returns a waiting time for people.
func inWords(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d seconds", int(d.Seconds())+1)
	}
	return fmt.Sprintf("%d minutes", int(d.Minutes())+1)
}
