package config

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"oped"
)

// TestS20EveryFormOfPublishHub: without a value there is no hub.
func TestS20EveryFormOfPublishHub(t *testing.T) {
	for _, tt := range []struct {
		text string
		self bool
		hubs []string
	}{
		{"listen: :80\n", false, nil},
		{"publish: {limit: 3}\n", false, nil},
		{"publish: {hub: }\n", false, nil},
		{"publish: {hub: \"\"}\n", false, nil},
		{"publish: {hub: []}\n", false, nil},
		{"publish: {hub: self}\n", true, nil},
		{"publish: {hub: https://hub.example/}\n", false, []string{"https://hub.example/"}},
		{"publish:\n  hub:\n    - https://hub.example/?a=b\n    - self\n    - https://other.example:8443\n", true,
			[]string{"https://hub.example/?a=b", "https://other.example:8443"}},
		{"fetch: {allow_private: [127.0.0.0/8]}\npublish: {hub: \"http://127.0.0.1:81/\"}\n", false,
			[]string{"http://127.0.0.1:81/"}},
	} {
		c := parsed(t, tt.text)
		if c.Publish.HubSelf != tt.self || !slices.Equal(c.Publish.Hubs, tt.hubs) {
			t.Errorf("%s: self %v, hubs %q", tt.text, c.Publish.HubSelf, c.Publish.Hubs)
		}
	}
}

func TestHubDiagnostics(t *testing.T) {
	for text, want := range map[string]string{
		"publish: {hub: true}":                                     `"true" is neither self nor`,
		"publish: {hub: hub.example}":                              `"hub.example" is neither self nor`,
		"publish: {hub: \"http://hub.example/\"}":                  "neither self nor",
		"publish: {hub: \"http://127.0.0.1/\"}":                    "neither self nor",
		"publish: {hub: \"https://\"}":                             "neither self nor",
		"publish: {hub: \"https://a:b@hub.example/\"}":             "neither self nor",
		"publish: {hub: \"https://hub.example/#a\"}":               "neither self nor",
		"publish: {hub: [self, \"\"]}":                             `"" is neither self nor`,
		"publish: {hub: [self, self]}":                             "duplicate",
		"publish: {hub: {self: true}}":                             "expected a list",
		"publish: {hub: [\"https://h.example\", Self]}":            `"Self" is neither self nor`,
		"publish:\n  hub:\n    - file:///etc/passwd\n    - self\n": "neither self nor",
	} {
		_, err := Parse("config.yaml", []byte(text+"\n"))
		var ms oped.Diagnostics
		if !errors.As(err, &ms) || len(ms) != 1 || !strings.Contains(ms[0].Message, want) || ms[0].Hint == "" ||
			ms[0].Pos.Line == 0 {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
