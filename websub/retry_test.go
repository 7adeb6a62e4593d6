package websub

import (
	"testing"
	"time"
)

func TestO29PingsAreRetriedForever(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for failed, want := range map[int]time.Duration{
		1: time.Minute, 2: 2 * time.Minute, 3: 4 * time.Minute, 9: 256 * time.Minute, 10: 6 * time.Hour,
		11: 6 * time.Hour, 1_000_000: 6 * time.Hour,
	} {
		if got := nextPing(failed, at).Sub(at); got != want {
			t.Errorf("after %d failures: %v, want %v", failed, got, want)
		}
	}
}

func TestO30DeliveriesAreRetriedForADay(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now, tries := at, 1
	for failed := 1; ; failed++ {
		next, again := nextDelivery(failed, now)
		if !again {
			break
		}
		now, tries = next, tries+1
	}
	if tries != 8 || now.Sub(at) < 12*time.Hour || now.Sub(at) > 24*time.Hour {
		t.Errorf("%d tries in %v", tries, now.Sub(at))
	}
}

// TestO30Signature is the second test case of RFC 4231.
func TestO30Signature(t *testing.T) {
	const want = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	if got := signature("Jefe", []byte("what do ya want for nothing?")); got != want {
		t.Error(got)
	}
}
