package app

import (
	"strings"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// TestDoubtsOfSeriesComeLast: however new they are, they hide no other pair.
func TestDoubtsOfSeriesComeLast(t *testing.T) {
	doubt := func(guard string, minute int) store.Doubt {
		return store.Doubt{Relation: oped.Relation{Guard: guard, At: time.Unix(int64(60*minute), 0)}}
	}
	queue := []store.Doubt{doubt("G9", 1), doubt("G4", 2), doubt("G8", 3), doubt("G4", 4)}
	sortDoubts(queue)
	var order []string
	for _, d := range queue {
		order = append(order, d.Guard+" "+d.At.UTC().Format("04"))
	}
	if got := strings.Join(order, ", "); got != "G8 03, G9 01, G4 04, G4 02" {
		t.Error(got)
	}
}
