package topic

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestWeights_RoundTrip(t *testing.T) {
	w := inventedWeights()
	w.Head = []Line{{"topic", "pak-us"}, {"forced", "a: b"}}
	got, err := ParseWeights(w.String())
	if err != nil || !reflect.DeepEqual(got, w) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ParseWeights(strings.ReplaceAll(w.String(), "\n", "\r\n")); err != nil || !reflect.DeepEqual(got, w) {
		t.Errorf("%+v, %v", got, err)
	}
	w.Head = []Line{{"forced", "a\nprior 9"}}
	if got, err := ParseWeights(w.String()); err != nil || got.Prior != w.Prior || got.Head[0].Value != "a prior 9" {
		t.Errorf("%v", err)
	}
}

func TestParseWeights_Mistakes(t *testing.T) {
	const good = "features 2\nprior 0\ntag 1\nreview 0\n"
	for _, c := range []struct{ file, want string }{
		{"", `line 1: the line of "features" is missing`},
		{"features 2\nprior 0\nreview 0\n", `line 4: the line of "tag" is missing`},
		{"# topic: x\nfeatures 0\n", "line 2: the weights are for features 0; this release has features 2"},
		{good + "\n", `line 5: "" is not a name and a number`},
		{good + "prior 0\n", `line 5: a second "prior"`},
		{good + "h a 1\nh a 2\n", `line 6: a second "h a"`},
		{good + "h a .3\n", `line 5: ".3" is not a multiple of 1/64`},
		{good + "h a NaN\n", `line 5: "NaN" is not a multiple of 1/64`},
		{good + "h a Inf\n", `line 5: "Inf" is not a multiple of 1/64`},
		{good + "h a 1e300\n", `line 5: "1e300" is not a multiple of 1/64`},
		{good + "f head x 1\n", `line 5: "f head x" is neither a feature nor a word`},
		{good + "x 1\n", `line 5: "x" is neither a feature nor a word`},
		{good + "h  1\n", `line 5: "h " is neither a feature nor a word`},
	} {
		if _, err := ParseWeights(c.file); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.file, err, c.want)
		}
	}
}

func FuzzParseWeights(f *testing.F) {
	f.Add(inventedWeights().String())
	f.Add("# a: b\nfeatures 2\nprior -0\ntag 0x1p-6\nreview 1000\nh a b 1\n")
	f.Fuzz(func(t *testing.T, file string) {
		w, err := ParseWeights(file)
		if err != nil {
			return
		}
		for name, x := range w.Values {
			if math.Abs(x) > maxWeight || x != sixtyFourths(x) {
				t.Fatalf("%s %v", name, x)
			}
		}
		again, err := ParseWeights(w.String())
		if err != nil || again.String() != w.String() || len(again.Values) != len(w.Values) {
			t.Fatalf("%v\n%s", err, w)
		}
	})
}
