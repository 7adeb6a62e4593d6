package oped

import "strings"

// Signals are the wishes of a publisher about machines that read its words. The zero value asks for nothing.
type Signals struct {
	Reserved bool   `json:"reserved,omitempty"` // text and data mining is reserved (TDMRep, #sec-tdm-reservation)
	Policy   string `json:"policy,omitempty"`   // address of its terms (TDMRep, #sec-tdm-policy); "" if unknown
	NoSearch bool   `json:"nosearch,omitempty"` // no index of a search engine
	NoInput  bool   `json:"noinput,omitempty"`  // no input of a language model that answers a question
	NoTrain  bool   `json:"notrain,omitempty"`  // no training of a model
}

// And returns the wishes of two publishers together. Terms are the terms of both, or none are.
func (s Signals) And(other Signals) Signals {
	policy := s.Policy
	switch {
	case !s.Reserved:
		policy = other.Policy
	case other.Reserved && other.Policy != policy:
		policy = ""
	}
	return Signals{
		Reserved: s.Reserved || other.Reserved,
		Policy:   policy,
		NoSearch: s.NoSearch || other.NoSearch,
		NoInput:  s.NoInput || other.NoInput,
		NoTrain:  s.NoTrain || other.NoTrain,
	}
}

// Robots returns the rules of the robots meta tag and of X-Robots-Tag; "" if there are none. The rule noai is no
// standard, but widespread.
func (s Signals) Robots() string {
	var rules []string
	if s.NoSearch {
		rules = append(rules, "noindex")
	}
	if s.NoTrain || s.NoInput {
		rules = append(rules, "noai")
	}
	return strings.Join(rules, ", ")
}

// Content returns the content signals (contentsignals.org); "" if there are none.
func (s Signals) Content() string {
	var signals []string
	for _, no := range []struct {
		said bool
		name string
	}{{s.NoSearch, "search"}, {s.NoInput, "ai-input"}, {s.NoTrain, "ai-train"}} {
		if no.said {
			signals = append(signals, no.name+"=no")
		}
	}
	return strings.Join(signals, ", ")
}
