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
		{"passing", log, true, []string{"ok    p", "p TestB: b_test.go:3: no jing", "1 passed, 0 failed, 1 skipped"}},
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
