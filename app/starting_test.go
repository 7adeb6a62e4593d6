package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAStartingDaemonAnswersReadersInWebPages: 503 and the preflight before it have the headers for other origins.
func TestAStartingDaemonAnswersReadersInWebPages(t *testing.T) {
	for method, want := range map[string]int{http.MethodGet: 503, http.MethodOptions: 204} {
		r, w := httptest.NewRequest(method, "/all.atom", nil), httptest.NewRecorder()
		r.Header.Set("Access-Control-Request-Method", "GET")
		new(front).ServeHTTP(w, r)
		if head := w.Header(); w.Code != want || head.Get("Access-Control-Allow-Origin") != "*" ||
			(head.Get("Retry-After") == "1") != (want == 503) {
			t.Errorf("%s: %d, %v", method, w.Code, head)
		}
	}
}

// TestNoDecisionIsNull: in JSON, a command that decided nothing has no decision 0 in the year 1.
func TestNoDecisionIsNull(t *testing.T) {
	for id, want := range map[int64]string{0: `{"decision":null,`, 7: `{"decision":{"id":7,`} {
		var d, back Decided
		d.Decision.ID = id
		b, err := json.Marshal(d)
		must(t, err)
		if !strings.HasPrefix(string(b), want) {
			t.Errorf("%s, want %s", b, want)
		}
		must(t, json.Unmarshal(b, &back))
		if back.Decision.ID != id {
			t.Errorf("read as %d", back.Decision.ID)
		}
	}
}
