package fit

import (
	"math"
	"testing"
	"time"

	"oped/topic"
)

// TestHead: a head is read as it was written, through the file of the weights.
func TestHead(t *testing.T) {
	want := Head{
		Topic:   "pak-us",
		Fitted:  time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC),
		Pieces:  240,
		Papers:  14,
		On:      71,
		IDs:     "0123456789abcdef",
		Events:  Score{TP: 60, FP: 2, FN: 11, TN: 167},
		Sources: Score{TP: 57, FP: 3, FN: 14, TN: 166},
		Forced:  "labels are few; more follow (the precision may be low)",
	}
	file := (&topic.Weights{Head: want.Lines()}).String()
	got := ReadHead(file)
	want.Text = "precision 0.950, recall 0.803, F1 0.870; tp 57, fp 3, fn 14, tn 166"
	if *got != want {
		t.Errorf("%+v, want %+v\n%s", *got, want, file)
	}
}

// TestReadHead_Other: a file of an earlier release has no counts, a broken one has what is left of it.
func TestReadHead_Other(t *testing.T) {
	got := ReadHead("# fitted: 2026-03-01 to 240 pieces of 14 papers, 71 of them on the topic\n" +
		"# by source: precision 0.955, recall 0.890, F1 0.921\nfeatures 1\n# forced: a comment below counts too\n")
	if got.Papers != 14 || got.Sources != (Score{}) || got.Text != "precision 0.955, recall 0.890, F1 0.921" ||
		got.Fitted.Month() != time.March || got.Forced == "" {
		t.Errorf("%+v", got)
	}
	got = ReadHead("# fitted: by hand\n#\n# by source: precision 1; tp 3, fp\nh x 1\n")
	if *got != (Head{Sources: Score{TP: 3}, Text: "precision 1; tp 3, fp"}) {
		t.Errorf("%+v", got)
	}
	if got := ReadHead(""); *got != (Head{}) {
		t.Errorf("%+v", got)
	}
}

// TestScore_Estimates: the intervals are Wilson's, against published values.
func TestScore_Estimates(t *testing.T) {
	for _, c := range []struct {
		n, of     int
		low, high float64
	}{
		{0, 0, 0, 1},
		{0, 10, 0, .2775},
		{10, 10, .7225, 1},
		{1, 29, .0061, .1718}, // Newcombe 1998
		{15, 148, .0624, .1605},
		{81, 263, .2553, .3662},
		{50, 100, .4038, .5962},
	} {
		precision, _ := Score{TP: c.n, FP: c.of - c.n}.Estimates()
		_, recall := Score{TP: c.n, FN: c.of - c.n}.Estimates()
		if precision != recall || math.Abs(recall.Low-c.low) > 6e-5 || math.Abs(recall.High-c.high) > 6e-5 ||
			recall.Value != ratio(c.n, c.of) {
			t.Errorf("%d of %d: %+v, want %v to %v", c.n, c.of, recall, c.low, c.high)
		}
	}
}
