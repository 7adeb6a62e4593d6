package websub

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

const outside = "https://hub.example/ping?key=1"

// TestR14O29ADownHubIsPingedOnce keeps a hub down for a day, while an edition changes every hour. Despite a restart
// of oped, the hub gets one ping for each changed document and no other.
func TestR14O29ADownHubIsPingedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.sync(outside)
		began := time.Now()
		hub := newOther(func(_ int, r heard) (int, string) {
			if r.at.Sub(began) < 24*time.Hour {
				return 0, ""
			}
			return http.StatusNoContent, ""
		})
		p := NewPinger(w.options(hub), w.Outbox)
		stop := running(t, p.Run)
		for hour := range 24 {
			w.publish("all")
			p.Wake()
			time.Sleep(time.Hour)
			if hour == 11 {
				stop()
				w.restart()
				p = NewPinger(w.options(hub), w.Outbox)
				stop = running(t, p.Run)
			}
		}
		tries := len(hub.heard(http.MethodPost))
		if tries < 10 || tries > 40 {
			t.Errorf("it was tried %d times in a day", tries)
		}
		time.Sleep(48 * time.Hour)
		all := hub.heard(http.MethodPost)[tries:]
		if len(all) != 1 {
			t.Fatalf("%d pings of the hub after its return, want 1", len(all))
		}
		if late := all[0].at.Sub(began); late > 30*time.Hour {
			t.Errorf("pinged after %v", late)
		}
		form, err := url.ParseQuery(all[0].body)
		if err != nil || all[0].URL.String() != outside ||
			all[0].Header.Get("Content-Type") != "application/x-www-form-urlencoded" ||
			all[0].UserAgent() != "oped/test" ||
			form.Get("hub.mode") != "publish" || form.Get("hub.url") != theFeed || form.Get("hub.topic") != theFeed {
			t.Errorf("%s %v %s", all[0].URL, all[0].Header, all[0].body)
		}
		p.Wake()
		time.Sleep(48 * time.Hour)
		if n := len(hub.heard(http.MethodPost)); n != tries+1 {
			t.Errorf("%d pings more without a change (R17)", n-tries-1)
		}
		stop()
		if strings.Contains(w.log.String(), "key=1") {
			t.Error("the log shows a hub's address")
		}
	})
}

// TestO29EveryHubIsPinged: a hub without an answer blocks no other, and a hub rejecting one document gets the
// others.
func TestO29EveryHubIsPinged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.sync("https://hang.example/", "https://moved.example/", "https://picky.example/", "https://well.example/")
		w.documents["all.json"] = "{}"
		hubs := newOther(func(_ int, r heard) (int, string) {
			switch {
			case r.Host == "hang.example":
				return -1, ""
			case r.Host == "moved.example":
				return http.StatusPermanentRedirect, ""
			case r.Host == "picky.example" && strings.Contains(r.body, "all.atom"):
				return http.StatusBadRequest, ""
			}
			return http.StatusAccepted, ""
		})
		p := NewPinger(w.options(hubs), w.Outbox)
		w.publish("all")
		began := time.Now()
		check(t, p.Once(t.Context()))
		if took := time.Since(began); took > 11*time.Second {
			t.Errorf("one attempt at all took %v", took)
		}
		known := map[string]int{}
		for _, r := range hubs.heard(http.MethodPost) {
			known[r.Host]++
			if r.Host == "well.example" && r.at.Sub(began) > time.Second {
				t.Error("it waited for another hub")
			}
		}
		if known["hang.example"] != 1 || known["moved.example"] != 2 || known["picky.example"] != 2 ||
			known["well.example"] != 2 {
			t.Errorf("pinged: %v", known)
		}
		due, err := w.Outbox.DuePings(t.Context(), time.Now().Add(time.Hour))
		check(t, err)
		var left []string
		for _, one := range due {
			left = append(left, one.Hub+one.Document)
		}
		if got := strings.Join(left, " "); got != "https://hang.example/all.atom https://hang.example/all.json https://moved.example/all.atom https://moved.example/all.json https://picky.example/all.atom" {
			t.Errorf("left: %s", got)
		}
	})
}

// crashing is an outbox that stores nothing: the process died after the ping.
type crashing struct{ Outbox }

var errDied = errors.New("died")

func (crashing) Pinged(context.Context, oped.Ping) error { return errDied }

// TestR14O29ACrashRepeatsOnce kills the process between a ping and its mark.
func TestR14O29ACrashRepeatsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.sync(outside)
		hub := newOther(nil)
		w.publish("all")
		if err := NewPinger(w.options(hub), crashing{w.Outbox}).Run(t.Context()); !errors.Is(err, errDied) {
			t.Fatal(err)
		}
		w.restart()
		for range 3 {
			check(t, NewPinger(w.options(hub), w.Outbox).Once(t.Context()))
		}
		if n := len(hub.heard(http.MethodPost)); n != 2 {
			t.Errorf("%d pings, want 2: one and its repetition", n)
		}
	})
}

// TestO29CancelledPingsAreNoFailures: an attempt that we cancel does not count against the hub.
func TestO29CancelledPingsAreNoFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.sync(outside)
		w.publish("all", "other")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := NewPinger(w.options(newOther(func(int, heard) (int, string) { return -1, "" })), w.Outbox).Once(ctx)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		due, err := w.Outbox.DuePings(t.Context(), time.Now())
		if err != nil || len(due) != 3 || due[0].Attempts != 0 {
			t.Errorf("%+v, %v", due, err)
		}
	})
}
