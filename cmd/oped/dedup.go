package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oped"
	"oped/dedup"
	"oped/parse"
)

func dedupCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{
		Use:   "dedup",
		Short: "Try and measure the recognition of copies",
		Long: "Try the recognition of copies on pairs of texts, measure it on labelled pairs,\n" +
			"and review the pairs that a guard kept apart.",
		Example: "  oped dedup queue",
		Args:    cobra.ArbitraryArgs,
	})
	var asJSON bool
	var misses int
	eval := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the recognition of copies on labelled pairs",
		Long: "Measure the recognition of copies on labelled pairs: JSON lines {id, kind, a,\n" +
			"b, duplicate, uncertain}, with a and b as in oped dedup pair. Print precision,\n" +
			"recall and F1 by kind, and the wrong verdicts.",
		Example: "  oped dedup eval pairs.jsonl --misses 10",
		Args:    requireArgs("FILE"),
		RunE:    func(_ *cobra.Command, args []string) error { return dedupEval(a, args[0], asJSON, misses) },
	}
	eval.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	eval.Flags().IntVar(&misses, "misses", 5, "list at most `n` wrong verdicts of each kind")
	pair := &cobra.Command{
		Use:   "pair",
		Short: "Compare pairs of texts, read as JSON lines",
		Long: "Read pairs from standard input as JSON lines {id, a, b}, with a and b as\n" +
			"{title, text, author, publisher, url, published}, and write the verdicts as\n" +
			"JSON lines {id, verdict, score, guard, why}.",
		Example: "  oped dedup pair < pairs.jsonl",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return dedupPair(a) },
	}
	cmd.AddCommand(eval, pair, dedupQueueCommand(a))
	return cmd
}

// sideLine is one text of a pair.
type sideLine struct {
	Title     string `json:"title"`
	Text      string `json:"text"`
	Author    string `json:"author"`
	Publisher string `json:"publisher"`
	Outlet    string `json:"outlet"` // another name for the publisher
	URL       string `json:"url"`
	ID        string `json:"id"` // a guid, possibly the address
	Published string `json:"published"`
	Date      string `json:"date"` // another name for published
}

func (s *sideLine) entry() *oped.Entry {
	e := &oped.Entry{ID: s.ID, Title: s.Title, Text: s.Text, Publisher: s.Publisher + s.Outlet, URL: s.URL}
	if e.URL == "" && dedup.CanonicalURL(s.ID) != "" {
		e.URL = s.ID
	}
	if s.Author != "" {
		e.Authors = []oped.Person{{Name: s.Author}}
	}
	if at, ok := parse.Time(s.Published+s.Date, ""); ok {
		e.Published = at
	}
	return e
}

type pairLine struct {
	ID        json.RawMessage `json:"id"`
	Kind      string          `json:"kind"`
	A         sideLine        `json:"a"`
	B         sideLine        `json:"b"`
	Duplicate *bool           `json:"duplicate"`
	Uncertain bool            `json:"uncertain"`
}

func (p *pairLine) compare() dedup.Match { return dedup.Compare(p.A.entry(), p.B.entry()) }

func dedupEval(a *cli, path string, asJSON bool, misses int) error {
	file, err := openInput(a, path)
	if err != nil {
		return err
	}
	defer file.Close()
	all := &counts{}
	kinds := map[string]*counts{}
	var wrong, missed []string
	err = eachLine(nameOf(path), file, func(p *pairLine) error {
		if p.Uncertain || p.Duplicate == nil {
			return nil
		}
		m := p.compare()
		got := m.Verdict == dedup.Same
		if kinds[p.Kind] == nil {
			kinds[p.Kind] = &counts{}
		}
		all.add(got, *p.Duplicate)
		kinds[p.Kind].add(got, *p.Duplicate)
		line := fmt.Sprintf("%s  %.60s | %.60s  (%s)", p.ID, p.A.Title, p.B.Title, m.Why)
		switch {
		case got && !*p.Duplicate:
			wrong = append(wrong, line)
		case *p.Duplicate && !got:
			missed = append(missed, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if asJSON {
		out := map[string]any{}
		for kind, c := range kinds {
			out[kind] = pairJSON(c)
		}
		return a.printJSON(map[string]any{"all": pairJSON(all), "kinds": out})
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "kind\ttp\tfp\tfn\ttn\tprecision\trecall\tF1\t")
	row := func(name string, c *counts) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t\n", name, c.TP, c.FP, c.FN, c.TN, c.precision(),
			c.recall(), c.f1())
	}
	row("all", all)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		row(kind, kinds[kind])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	printMisses(a, "wrongly joined", wrong, misses)
	printMisses(a, "missed", missed, misses)
	return nil
}

func pairJSON(c *counts) map[string]any {
	return map[string]any{
		"tp":        c.TP,
		"fp":        c.FP,
		"fn":        c.FN,
		"tn":        c.TN,
		"precision": c.precision(),
		"recall":    c.recall(),
		"f1":        c.f1(),
	}
}

func dedupPair(a *cli) error {
	out := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := eachLine("standard input", a.stdin, func(p *pairLine) error {
		return enc.Encode(struct {
			ID json.RawMessage `json:"id"`
			dedup.Match
		}{p.ID, p.compare()})
	})
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}
