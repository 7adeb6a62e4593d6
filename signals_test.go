package oped

import "testing"

func TestSignals(t *testing.T) {
	a, b := Signals{Reserved: true, Policy: "https://a.example/"}, Signals{Reserved: true, Policy: "https://b.example/"}
	for _, c := range []struct{ s, other, want Signals }{
		{Signals{}, Signals{}, Signals{}},
		{a, Signals{}, a},
		{Signals{}, a, a},
		{a, a, a},
		{a, b, Signals{Reserved: true}},
		{a, Signals{Reserved: true}, Signals{Reserved: true}},
		{Signals{NoSearch: true}, Signals{NoTrain: true}, Signals{NoSearch: true, NoTrain: true}},
		{Signals{NoInput: true}, Signals{NoTrain: true}, Signals{NoInput: true, NoTrain: true}},
	} {
		if got := c.s.And(c.other); got != c.want {
			t.Errorf("%+v and %+v: %+v", c.s, c.other, got)
		}
	}
	for _, c := range []struct {
		s               Signals
		robots, content string
	}{
		{a, "", ""},
		{Signals{NoSearch: true}, "noindex", "search=no"},
		{Signals{NoSearch: true, NoTrain: true}, "noindex, noai", "search=no, ai-train=no"},
		{Signals{NoInput: true}, "noai", "ai-input=no"},
	} {
		if c.s.Robots() != c.robots || c.s.Content() != c.content {
			t.Errorf("%+v: %q, %q", c.s, c.s.Robots(), c.s.Content())
		}
	}
}
