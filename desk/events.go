package desk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
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
	// maxMissed is the number of missed decisions sent to a page after a lost connection. A page that missed more loads
	// again.
	maxMissed = 100
)

func eventRoutes() []route {
	return []route{{"GET", "events", oped.RoleReader, (*visit).events}}
}

// events sends decisions to a page as server-sent events (WHATWG HTML §9.2), until the session or the daemon ends:
// every one after the last that the page knows, and from then on each at once. The event "pieces" announces new pieces,
// and "missed" too many decisions to send.
func (v *visit) events() error {
	v.w.Header().Set("Content-Type", "text/event-stream")
	if v.r.Method == http.MethodHead {
		return nil
	}
	select {
	case v.streams <- struct{}{}:
		defer func() { <-v.streams }()
	default:
		return v.json(http.StatusServiceUnavailable, failure{Message: "too many pages are open"})
	}
	decisions, stop := v.live.Follow() // before the missed ones are read, so that none is lost between
	defer stop()
	last, err := v.lastKnown()
	if err != nil {
		return err
	}
	v.w.Header().Set("X-Accel-Buffering", "no")
	s := stream{v, http.NewResponseController(v.w), last}
	if !s.send("retry: 2000\n\n") || !s.catchUp() {
		return nil
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for sent := true; sent; {
		select {
		case d := <-decisions:
			if !v.isPresent() {
				return nil
			}
			switch {
			case d.ID <= s.last: // pieces came, or a hold ended
				sent = s.send("event: pieces\ndata: {}\n\n")
			case d.ID == s.last+1:
				sent = s.decision(&d)
			default:
				sent = s.catchUp()
			}
		case <-tick.C:
			sent = v.isPresent() && s.send(": here\n\n")
		case <-v.live.Ended():
			return nil
		case <-v.r.Context().Done():
			return nil
		}
	}
	return nil
}

// lastKnown returns the number of the last decision known to the page: of its last event, else of its address, else the
// last of all.
func (v *visit) lastKnown() (int64, error) {
	known := cmp.Or(v.r.Header.Get("Last-Event-ID"), v.r.URL.Query().Get("after"))
	if known != "" {
		n, err := strconv.ParseInt(known, 10, 64)
		if err != nil || n < 0 {
			return 0, oped.Invalid(fmt.Sprintf("%q is no number of a decision", known), "")
		}
		return n, nil
	}
	return v.app.Latest(v.r.Context())
}

// stream is the connection of a page that receives decisions.
type stream struct {
	*visit
	out  *http.ResponseController
	last int64 // number of the last decision sent
}

// send sends an event. It reports whether the page still listens.
func (s *stream) send(event string) bool {
	s.out.SetWriteDeadline(s.live.Now().Add(sendTime))
	_, err := s.w.Write([]byte(event))
	return err == nil && s.out.Flush() == nil
}

func (s *stream) decision(d *oped.Decision) bool {
	data, err := json.Marshal(s.newDoneView(d))
	s.last = d.ID
	return err == nil && s.send(fmt.Sprintf("event: decision\nid: %d\ndata: %s\n\n", d.ID, data))
}

// catchUp sends the decisions that the page missed.
func (s *stream) catchUp() bool {
	latest, err := s.app.Decisions(s.r.Context(), maxMissed)
	if err != nil || len(latest) == 0 {
		return err == nil
	}
	missed := latest
	if i := slices.IndexFunc(latest, func(d oped.Decision) bool { return d.ID <= s.last }); i >= 0 {
		missed = latest[:i]
	}
	if len(missed) == maxMissed {
		s.last = latest[0].ID
		return s.send(fmt.Sprintf("event: missed\nid: %d\ndata: {}\n\n", s.last))
	}
	for i := range slices.Backward(missed) {
		if !s.decision(&missed[i]) {
			return false
		}
	}
	return true
}
