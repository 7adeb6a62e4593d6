package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	const log = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:3: no jing\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Elapsed":1}
`
	const failing = log + `{"Action":"output","Package":"q","Test":"TestC","Output":"    c_test.go:9: wrong\n"}
{"Action":"fail","Package":"q","Test":"TestC"}
{"Action":"fail","Package":"q"}
`
	for _, c := range []struct {
		name, log string
		good      bool
		want      []string
	}{
		{
			"passing", log, true,
			[]string{"ok    p", "skipped: no jing: 1\n  p.TestB\n", "1 passed, 0 failed, 1 skipped"},
		},
		{"failing", failing, false, []string{"FAIL  q", "c_test.go:9: wrong", "1 passed, 1 failed, 1 skipped"}},
		{"a package that does not build", log + `{"Action":"build-fail","ImportPath":"r"}`, false, nil},
		{"nothing", "", false, []string{"0 passed, 0 failed"}},
	} {
		var out strings.Builder
		if good := report(strings.NewReader(c.log), &out); good != c.good {
			t.Errorf("%s: good = %v, want %v", c.name, good, c.good)
		}
		for _, want := range c.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, out.String())
			}
		}
	}
}

// TestReport_Order: skips are grouped by reason, and no line follows the failures.
func TestReport_Order(t *testing.T) {
	const log = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:9: wrong\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p","Elapsed":2}
{"Action":"output","Package":"q","Test":"TestB","Output":"    b_test.go:3: SKIPPED: no jing\n"}
{"Action":"skip","Package":"q","Test":"TestB"}
{"Action":"output","Package":"q","Test":"TestC","Output":"    c_test.go:4: SKIPPED: the race detector is slow\n"}
{"Action":"skip","Package":"q","Test":"TestC"}
{"Action":"output","Package":"r","Test":"TestD","Output":"    d_test.go:4: seed 1\n"}
{"Action":"output","Package":"r","Test":"TestD","Output":"    d_test.go:5: no jing\n"}
{"Action":"skip","Package":"r","Test":"TestD"}
{"Action":"build-output","ImportPath":"s","Output":"s.go:1: undefined\n"}
{"Action":"build-fail","ImportPath":"s"}
{"Action":"run","Package":"q","Test":"TestC"}
{"Action":"pass","Package":"q","Test":"TestC"}
{"Action":"pass","Package":"q","Elapsed":1}
{"Action":"run","Package":"t","Test":"TestE"}
`
	const want = `FAIL  p 2.0s
ok    q 1.0s

skipped: no jing: 2
  q.TestB
  r.TestD

1 passed, 2 failed, 2 skipped

FAIL p.TestA
    a_test.go:9: wrong

FAIL s (build)
s.go:1: undefined

FAIL t.TestE
the test did not end
`
	var out strings.Builder
	if report(strings.NewReader(log), &out) || out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
