package parse

import (
	"net/http"
	"strings"

	"oped"
)

// maxPolicy is the largest number of bytes of the address of a policy.
const maxPolicy = 2 << 10

// signals returns the wishes of a publisher in the header of its feed: the fields of TDMRep (#sec-tdm-header),
// X-Robots-Tag, Content-Signal (contentsignals.org) and its successor Content-Usage (draft-ietf-aipref-attach, section
// "Content-Usage HTTP Header Field"). A robots.txt is never fetched: it is about crawlers, and a feed is an offer.
func signals(h http.Header) (s oped.Signals) {
	if s.Reserved = h.Get("TDM-Reservation") == "1"; s.Reserved {
		if policy := page(h.Get("TDM-Policy")); len(policy) <= maxPolicy {
			s.Policy = strings.Clone(policy)
		}
	}
	for _, value := range h.Values("X-Robots-Tag") {
		for rule := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSpace(value), "*:"), ",") {
			if strings.Contains(rule, ":") && !strings.HasPrefix(lower(strings.TrimSpace(rule)), "max-") {
				break // the rest is for one crawler, or a date
			}
			switch lower(strings.TrimSpace(rule)) {
			case "noindex", "none":
				s.NoSearch = true
			case "noai":
				s.NoTrain = true
			}
		}
	}
	for _, value := range append(h.Values("Content-Signal"), h.Values("Content-Usage")...) {
		for signal := range strings.SplitSeq(value, ",") {
			switch lower(strings.ReplaceAll(signal, " ", "")) {
			case "search=no", "search=n":
				s.NoSearch = true
			case "ai-input=no":
				s.NoInput = true
			case "ai-train=no", "train-ai=n":
				s.NoTrain = true
			}
		}
	}
	return s
}
