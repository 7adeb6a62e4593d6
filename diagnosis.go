package oped

import (
	"fmt"
	"slices"
	"strings"
)

// Diagnosis is how a feed is, in the words of every place that tells of it.
type Diagnosis struct {
	State string // ok, failing, never, new, paused, disabled
	Text  string // a sentence with all that is known; "" if there is nothing to say. It may name addresses of our own network
	// Steady is what of Text stays as it is while a feed goes on failing the same way, and what strangers may read: no times to come, no sizes, no addresses of
	// ours. "" for a feed that works.
	Steady string
}

// Diagnose says in a word and a sentence how a feed is.
func Diagnose(s *FeedState) Diagnosis {
	switch {
	case !s.Enabled:
		return Diagnosis{State: "disabled", Text: "enabled: false in the configuration"}
	case s.Paused:
		return Diagnosis{State: "paused", Text: "by the operator; oped feeds resume " + s.Name}
	case s.LastFetch.IsZero():
		return Diagnosis{State: "new", Text: "not fetched yet"}
	case s.LastKind != "" && s.LastSuccess.IsZero():
		text, steady := failure(s)
		return Diagnosis{"never", "has never delivered: " + text, "has never delivered: " + steady}
	case s.LastKind != "":
		text, steady := failure(s)
		return Diagnosis{"failing", text, steady}
	case s.LastError != "" || len(s.Limits) > 0:
		return Diagnosis{State: "ok", Text: reached(s)}
	case s.Entries == 0:
		return Diagnosis{State: "ok", Text: "answers, but has had no entry yet"}
	}
	return Diagnosis{State: "ok"}
}

// reached words what of a feed's last document is not stored as it was published.
func reached(s *FeedState) string {
	text := s.Limits.Meaning()
	switch {
	case slices.Contains(s.Limits, QuotaLimit) && s.Deferred > 0:
		text += fmt.Sprintf(" (%d wait; quota: in the configuration)", s.Deferred)
	case s.Deferred > 0:
		text += fmt.Sprintf(" (%d wait)", s.Deferred)
	}
	if s.LastError != "" {
		text = strings.TrimSuffix("read in part: "+s.LastError+"; "+text, "; ")
	}
	return text
}

// failure words the consequence of each kind of failure. What the network, a clock or a document of many versions puts into an error is not steady; our own
// words about an answer are.
func failure(s *FeedState) (text, steady string) {
	said := strings.TrimPrefix(s.LastError, string(s.LastKind)+": ")
	const minute = "2 Jan 15:04"
	switch s.LastKind {
	case Network:
		steady = "unreachable since " + s.FailingSince.UTC().Format(minute)
		return steady + ": " + said, steady + reason(said)
	case Timeout:
		return "too slow: " + said, "too slow"
	case Throttled:
		return fmt.Sprintf("asks us to wait until %s", s.NextFetch.UTC().Format(minute)), "asks us to wait"
	case Client:
		if s.LastStatus == 404 {
			said += "; check the address"
		}
	case Gone:
		said = "gone; remove it"
	case Malformed:
		return said, "what it answers cannot be read"
	case TooLarge:
		return said, "what it answers is too large"
	case Fatal:
		return fmt.Sprintf("%s; next attempt %s", said, s.NextFetch.UTC().Format(minute)), said
	case Refused:
		return "refused by our own rules: " + said, "refused by our own rules"
	}
	return said, said
}

// reason is why a feed cannot be reached, for the reasons that call for somebody to do something; "" for others, which come and go.
func reason(said string) string {
	switch {
	case strings.Contains(said, "no such host"):
		return ": no such host"
	case strings.Contains(said, "certificate"):
		return ": its certificate does not hold"
	case strings.Contains(said, "connection refused"):
		return ": connection refused"
	}
	return ""
}
