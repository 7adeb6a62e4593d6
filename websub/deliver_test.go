package websub

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

// bubble is a world with one subscriber at https://s.example/cb, over a scripted transport.
func bubble(t *testing.T, answer func(n int, r heard) (int, string), do func(*testing.T, *world, *Hub, *other)) {
	synctest.Test(t, func(t *testing.T) {
		w, sub := newWorld(t), newOther(answer)
		w.publish("all")
		h := NewHub(w.options(sub), w.Subscribers)
		stop := running(t, h.Run)
		subscribe(t, h, "https://s.example/cb", "hub.lease_seconds", "2592000")
		synctest.Wait()
		do(t, w, h, sub)
		stop()
	})
}

// echo confirms subscriptions and answers documents with this status.
func echo(status func(n int, r heard) int) func(int, heard) (int, string) {
	return func(n int, r heard) (int, string) {
		if r.Method == http.MethodGet {
			return http.StatusOK, r.URL.Query().Get("hub.challenge")
		}
		return status(n, r), ""
	}
}

// TestO30FailedCallbacksAreTriedAgain: every status but 2xx is a failure, and redirects are not followed. A retry
// sends the current document once. After eight attempts the next one waits for the next change.
func TestO30FailedCallbacksAreTriedAgain(t *testing.T) {
	for _, status := range []int{302, 308, 404, 503, 0, -1} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var fail atomic.Bool
			fail.Store(true)
			bubble(t, echo(func(int, heard) int {
				if fail.Load() {
					return status
				}
				return http.StatusOK
			}), func(t *testing.T, w *world, h *Hub, sub *other) {
				w.publish("all")
				h.Wake()
				time.Sleep(30 * time.Second)
				newest := w.publish("all")
				h.Wake()
				fail.Store(false)
				time.Sleep(time.Hour)
				all := sub.heard(http.MethodPost)
				if len(all) != 2 || all[1].body != newest || all[1].at.Sub(all[0].at) < time.Minute ||
					all[1].at.Sub(all[0].at) > 2*time.Minute {
					t.Fatalf("%d attempts: %+v", len(all), all)
				}
				fail.Store(true)
				w.publish("all")
				h.Wake()
				time.Sleep(72 * time.Hour)
				if all = sub.heard(http.MethodPost); len(all) != 2+maxDeliveries {
					t.Fatalf("%d attempts, want %d", len(all)-2, maxDeliveries)
				}
				fail.Store(false)
				newest = w.publish("all")
				h.Wake()
				synctest.Wait()
				all = sub.heard(http.MethodPost)
				if len(all) != 3+maxDeliveries || all[len(all)-1].body != newest {
					t.Errorf("%d attempts after the next change", len(all)-2-maxDeliveries)
				}
				if w.subscribers() != 1 {
					t.Error("the subscription is gone")
				}
			})
		})
	}
}

// TestO30GoneEndsTheSubscription covers status 410.
func TestO30GoneEndsTheSubscription(t *testing.T) {
	bubble(t, echo(func(int, heard) int { return http.StatusGone }), func(t *testing.T, w *world, h *Hub, sub *other) {
		w.publish("all")
		h.Wake()
		synctest.Wait()
		w.publish("all")
		h.Wake()
		time.Sleep(24 * time.Hour)
		if n := len(sub.heard(http.MethodPost)); n != 1 || w.subscribers() != 0 {
			t.Errorf("%d attempts, %d subscribers", n, w.subscribers())
		}
	})
}

// TestO30LeasesEnd: deliveries end with the lease, and no lease is longer than thirty days.
func TestO30LeasesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, sub := newWorld(t), newOther(nil)
		w.publish("all")
		h := NewHub(w.options(sub), w.Subscribers)
		stop := running(t, h.Run)
		leases := map[string]time.Duration{
			"":           10 * 24 * time.Hour,
			"1":          time.Hour,
			"200000":     200_000 * time.Second,
			"4000000000": 30 * 24 * time.Hour,
		}
		for asked := range leases {
			subscribe(t, h, "https://s"+asked+".example/", "hub.lease_seconds", asked)
		}
		began := time.Now()
		last := map[string]time.Duration{}
		const step = 12 * time.Hour
		for range 31 * 2 {
			time.Sleep(step - time.Second)
			w.publish("all")
			h.Wake()
			time.Sleep(time.Second)
		}
		for _, r := range sub.heard(http.MethodPost) {
			last[strings.TrimSuffix(strings.TrimPrefix(r.Host, "s"), ".example")] = r.at.Sub(began)
		}
		for asked, lease := range leases {
			if last[asked] > lease || last[asked] < lease-step {
				t.Errorf("asked for %q: the last document after %v", asked, last[asked])
			}
		}
		stored := oped.Subscriber{
			Callback: "https://z.example/",
			Host:     "z.example",
			Edition:  "all",
			Document: "all.atom",
			Until:    time.Now().Add(time.Hour),
		}
		check(t, w.Subscribers.Subscribe(t.Context(), stored, time.Now()))
		if w.subscribers() != 1 {
			t.Errorf("%d subscribers", w.subscribers())
		}
		stop()
	})
}

// TestO30ASlowHostBlocksNoOther: one of several hosts never answers, and each host gets one document at a time.
func TestO30ASlowHostBlocksNoOther(t *testing.T) {
	slow := func(_ int, r heard) int {
		if strings.HasPrefix(r.Host, "slow") {
			return -1
		}
		return http.StatusOK
	}
	synctest.Test(t, func(t *testing.T) {
		w, sub := newWorld(t), newOther(echo(slow))
		w.publish("all")
		h := NewHub(w.options(sub), w.Subscribers)
		stop := running(t, h.Run)
		for i := range 15 {
			subscribe(t, h, fmt.Sprintf("https://slow.example/%d", i))
			subscribe(t, h, fmt.Sprintf("https://s%d.example/", i))
		}
		synctest.Wait()
		if w.subscribers() != 30 {
			t.Fatalf("%d subscribers", w.subscribers())
		}
		w.publish("all")
		h.Wake()
		time.Sleep(time.Second)
		well, hung := 0, 0
		for _, r := range sub.heard(http.MethodPost) {
			if r.Host == "slow.example" {
				hung++
			} else {
				well++
			}
		}
		if well != 15 || hung != 1 {
			t.Errorf("after a second, %d of 15 have the document, and %d of the slow host were asked at once", well,
				hung)
		}
		stop()
	})
}

// TestO30ARestartForgetsNobody: the next process sends the pending deliveries, even if it runs only once.
func TestO30ARestartForgetsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, sub := newWorld(t), newOther(nil)
		w.publish("all")
		h := NewHub(w.options(sub), w.Subscribers)
		stop := running(t, h.Run)
		subscribe(t, h, "https://s.example/", "hub.secret", "geheim")
		synctest.Wait()
		stop()
		body := w.publish("all")
		w.restart()
		for range 2 {
			check(t, NewHub(w.options(sub), w.Subscribers).Once(t.Context()))
		}
		all := sub.heard(http.MethodPost)
		if len(all) != 1 || all[0].body != body ||
			all[0].Header.Get("X-Hub-Signature") != signature("geheim", []byte(body)) {
			t.Errorf("%+v", all)
		}
	})
}
