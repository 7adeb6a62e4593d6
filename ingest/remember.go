package ingest

import (
	"slices"
	"time"

	"oped"
)

// Remember returns the state of a feed after a fetch, failed or not.
func Remember(s oped.FeedState, f oped.Fetched) oped.FeedState {
	s.LastFetch, s.LastStatus, s.NextFetch = f.At, f.Status, f.Next
	s.Validators, s.BodyHash, s.Freshness = f.Validators, f.BodyHash, f.Freshness
	if f.Err != nil {
		if s.Failures == 0 {
			s.FailingSince = f.At
		}
		s.Failures++
		s.LastKind, s.LastError = f.Err.Kind, f.Err.Error()
		return s
	}
	s.LastSuccess, s.Failures, s.FailingSince = f.At, 0, time.Time{}
	s.LastKind, s.LastError = "", f.Warning
	if f.Read() {
		d := f.Document
		s.TTL, s.DocTitle, s.DocSite, s.DocLang, s.DocID, s.Rights = d.TTL, d.Title, d.SiteURL, d.Lang, d.ID, d.Rights
		s.DocSignals, s.Limits = d.Signals, f.Limits
		if s.Parser != d.Parser {
			s.Parser, s.ParserSince = d.Parser, f.At
		}
	} else { // the document is one taken whole
		s.Deferred = 0
		s.Limits = slices.DeleteFunc(
			slices.Clone(s.Limits),
			func(l oped.Limit) bool { return l == oped.QuotaLimit || l == oped.TopicLimit },
		)
	}
	return s
}
