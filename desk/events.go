package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"oped"
)

const (
	// maxStreams limits the pages that receive decisions at a time.
	maxStreams = 128
	// beat is the time between two signs of life. It is shorter than the patience of proxies.
	beat = 20 * time.Second
	// sendTime limits the time for sending one event.
	sendTime = 10 * time.Second
)

func eventRoutes() []route {
	return []route{{"GET", "events", oped.RoleReader, (*visit).events}}
}

// events sends every decision from now on to a page, as server-sent events (WHATWG HTML §9.2), until the session ends.
// An event without data announces new pieces.
func (v *visit) events() error {
	select {
	case v.streams <- struct{}{}:
		defer func() { <-v.streams }()
	default:
		return v.json(http.StatusServiceUnavailable, failure{Message: "too many pages are open"})
	}
	decisions, stop := v.live.Follow()
	defer stop()
	out := http.NewResponseController(v.w)
	v.w.Header().Set("Content-Type", "text/event-stream")
	v.w.Header().Set("X-Accel-Buffering", "no")
	send := func(event string) bool {
		out.SetWriteDeadline(v.live.Now().Add(sendTime))
		_, err := v.w.Write([]byte(event))
		return err == nil && out.Flush() == nil
	}
	if !send("retry: 2000\n\n") {
		return nil
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case d := <-decisions:
			if v.identify() != nil || v.account.ID == 0 {
				return nil
			}
			event := "event: pieces\ndata: {}\n\n"
			if d.ID != 0 {
				data, err := json.Marshal(newDoneView(&d))
				if err != nil {
					return nil
				}
				event = fmt.Sprintf("event: decision\nid: %d\ndata: %s\n\n", d.ID, data)
			}
			if !send(event) {
				return nil
			}
		case <-tick.C:
			if v.identify() != nil || v.account.ID == 0 || !send(": here\n\n") {
				return nil
			}
		case <-v.r.Context().Done():
			return nil
		}
	}
}
