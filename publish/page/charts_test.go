package page

import "testing"

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        string
	}{
		{0, 0, "0 %"}, {0, 9, "0 %"}, {1, 5000, "< 0.1 %"}, {1, 1000, "0.1 %"}, {9, 200, "4.5 %"},
		{994, 10000, "9.9 %"}, {996, 10000, "10 %"}, {1, 3, "33 %"}, {7, 7, "100 %"},
	} {
		if got := percent(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}
