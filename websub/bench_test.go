package websub

import (
	"fmt"
	"testing"
	"time"

	"oped"
)

// BenchmarkFanOut sends one change to a thousand subscribers, each at its own host with an instant answer. The rest
// is our own work, most of it storing the deliveries.
func BenchmarkFanOut(b *testing.B) {
	w, sub := newWorld(b), newOther(nil)
	sub.got = make(chan heard, 1_000_000)
	w.publish("all")
	for i := range 1000 {
		stored := oped.Subscriber{
			Callback: fmt.Sprintf("https://s%d.example/", i),
			Host:     fmt.Sprintf("s%d.example", i),
			Edition:  "all",
			Document: "all.atom",
			Secret:   "geheim",
			Until:    time.Now().Add(time.Hour),
		}
		check(b, w.Subscribers.Subscribe(b.Context(), stored, time.Now()))
	}
	h := NewHub(w.options(sub), w.Subscribers)
	for b.Loop() {
		w.publish("all")
		check(b, h.Once(b.Context()))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "µs/subscriber")
}
