package text

import "testing"

func TestDidYouMean(t *testing.T) {
	known := []string{"listen", "publish", "us"}
	for name, want := range map[string]string{
		"lisen": "did you mean listen?", "LISTEN": "did you mean listen?", "pulbish": "did you mean publish?",
		"u": "did you mean us?", "xy": "none", "": "none", "fetch": "none",
	} {
		if got := DidYouMean(name, known, "none"); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}
