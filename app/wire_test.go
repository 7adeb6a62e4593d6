package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"oped"
)

// FuzzRequest: no request panics, takes more than its limit, or decodes into parameters with unknown names (S14).
func FuzzRequest(f *testing.F) {
	f.Add(`{"protocol": 2, "method": "Pieces.Merge", "params": {"by": "amna", "refs": ["1", "2"]}}`)
	f.Add(`{"args": ["publish"], "user": "amna"}`)
	f.Add(`{"protocol": 2, "method": "Feeds.Fetch", "params": "dawn"} {"protocol": 3}`)
	f.Add(strings.Repeat(" ", maxRequest) + "{}")
	f.Fuzz(func(t *testing.T, s string) {
		r := strings.NewReader(s)
		q, err := readRequest(r)
		if taken := len(s) - r.Len(); taken > maxRequest {
			t.Fatalf("%d bytes were read", taken)
		}
		if err != nil {
			return
		}
		for _, params := range []any{
			&Selection{}, &Judgement{}, &Application{}, &Reversal{}, &Pause{}, new(string), &struct{}{},
			&[]oped.Evaluation{},
		} {
			if err := q.params(params); err != nil && !errors.As(err, new(*oped.Diagnostic)) {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}

// TestMethodsOnTheWire: parameters, results and errors of every kind survive the wire.
func TestMethodsOnTheWire(t *testing.T) {
	wired := func(v, to any) {
		t.Helper()
		raw, err := json.Marshal(v)
		must(t, err)
		must(t, json.Unmarshal(raw, to))
	}
	done := Decided{
		Decision:   oped.Decision{ID: 7, By: "amna", Why: "پاک", Action: oped.Merge, Pieces: []oped.PieceID{1, 2}},
		Pieces:     []RearrangedPiece{{1, "Rivers", 2}},
		Rearranged: true,
	}
	var got Decided
	if wired(done, &got); !reflect.DeepEqual(got, done) {
		t.Errorf("%+v, want %+v", got, done)
	}
	one := &oped.Diagnostic{Pos: oped.Position{File: "config.yaml", Line: 3, Col: 2}, Line: "x: y", Message: "m", Hint: "h"}
	for _, err := range []error{
		one, oped.Diagnostics{one, oped.Invalid("a", "b")}, fmt.Errorf("in words: %w", &listenError{":80", errors.New("x")}),
		errors.New("plain"),
	} {
		var f *failure
		wired(failureOf(err), &f)
		if got := f.err(); got.Error() != err.Error() {
			t.Errorf("%q, want %q", got, err)
		}
	}
	if failureOf(nil).err() != nil {
		t.Error("no error became one")
	}
	var hinted interface{ Hint() string }
	if err := failureOf(&listenError{":80", errors.New("x")}).err(); !errors.As(err, &hinted) || hinted.Hint() == "" {
		t.Errorf("%v lost its hint", err)
	}
}

// TestCall: a method on the database of this process gets its parameters, and gives its result with its error.
func TestCall(t *testing.T) {
	y := newYear(t, "topics: {}\neditions: {all: {}}\nfeeds: [{name: paper, url: \"https://paper.example/rss\"}]\n")
	c := &Caller{app: y.p}
	if name, err := Call(t.Context(), c, PauseFeed, Pause{"paper", true}); name != "paper" || err != nil {
		t.Errorf("%q, %v", name, err)
	}
	one := Selection{Reason: Reason{By: "config"}, Refs: []string{"1"}}
	if _, err := Call(t.Context(), c, MergePieces, one); err == nil ||
		!strings.Contains(err.Error(), "reserved") {
		t.Errorf("a decision in the name of oped: %v", err)
	}
	for method := range y.p.verbs(y.cfg) {
		if !bytes.Contains([]byte(method), []byte(".")) {
			t.Errorf("%q is no method of a noun", method)
		}
	}
}
