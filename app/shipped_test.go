package app

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"oped"
	"oped/config"
	"oped/internal/testkit"
	"oped/topic"
)

// TestShippedTopicsOnRealPieces judges every labelled piece by every shipped topic. The parts sum to the score,
// every span cuts the original, a topic alone gives the same verdict, and tagged pieces match its index query.
func TestShippedTopicsOnRealPieces(t *testing.T) {
	testkit.NotRaced(t)
	file, err := os.Open(filepath.Join(testkit.DataDir(t, "topics"), "dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cfg, err := config.Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	alone := make([]*topic.Tagger, len(cfg.Topics))
	for i := range cfg.Topics {
		if alone[i], err = topic.Compile(cfg.Lists, cfg.Topics[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	pieces, redundant, parts := 0, 0, 0
	err = eachLine(Lines{"dev.jsonl", file}, func(p *pieceLine) error {
		pieces++
		d := p.doc()
		for i, one := range cfg.Topics {
			e, _ := cfg.Tagger.Explain(d, one.Name)
			sum := 0.0
			for _, x := range e.Parts {
				sum += x.Weight
				if field := map[string]string{
					"title":  d.Title,
					"text":   d.Text,
					"url":    d.URL,
					"author": d.Author,
				}[x.Field]; field[x.Start:x.End] != x.Text {
					t.Errorf("%s, %s: %q is not the text there", p.ID, one.Name, x.Text)
				}
			}
			if sum != e.Score {
				t.Errorf("%s, %s: the parts sum to %g, the score is %g", p.ID, one.Name, sum, e.Score)
			}
			if by, _ := alone[i].Explain(d, one.Name); !reflect.DeepEqual(by, e) {
				t.Errorf("%s: %s judges otherwise alone", p.ID, one.Name)
			}
			if e.Outcome == oped.Tagged && pieces%5 == 0 {
				if err := cfg.Tagger.MarkRedundant(t.Context(), d, &e); err != nil {
					t.Fatal(err)
				}
				for _, x := range e.Parts {
					if parts++; x.Redundant {
						redundant++
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pieces × %d topics; of %d parts looked at, %d are redundant", pieces, len(cfg.Topics), parts, redundant)
	if pieces < 700 {
		t.Errorf("%d pieces", pieces)
	}
}
