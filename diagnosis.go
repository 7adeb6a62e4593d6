package oped

import (
	"fmt"
	"slices"
	"strings"
)

// Diagnosis describes the condition of a feed, with the same words in every log, page and command.
type Diagnosis struct {
	State string // ok, failing, never, new, paused, disabled
	Text  string // a sentence with all known details; "" if none. It may name addresses of our own network
	// Steady is the public part of Text. It stays the same while a feed keeps failing in the same way: no future times,
	// no sizes, no addresses of our own network. "" for a working feed.
	Steady string
}

// Diagnose returns the condition of a feed, as a word and a sentence.
func Diagnose(s *FeedState) Diagnosis {
	switch {
	case s.Removed:
		return Diagnosis{State: "disabled", Text: "no longer in the configuration; its entries stay"}
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

// reached describes the losses in a feed's last document: its reached limits, waiting entries and unreadable parts.
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

// failure describes the consequence of each kind of failure. steady leaves out the varying parts of an error, from the
// network, a clock or a changing document. It keeps our own words about an answer.
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
		if s.LastStatus == 503 && !strings.Contains(said, "us to wait") { // it is down, and asks for nothing
			return fmt.Sprintf("%s; next attempt %s", said, s.NextFetch.UTC().Format(minute)), said
		}
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

// reason returns the cause of an unreachable feed if somebody has to act on it, and "" for passing causes.
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
