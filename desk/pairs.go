package desk

import (
	"crypto/rand"
	"fmt"
	"strconv"

	"oped"
	"oped/app"
	"oped/dedup"
)

func pairRoutes() []route {
	return []route{
		{"GET", "pairs/", oped.RoleReader, (*visit).pairsPage},
		{"GET", "pairs/{guard}/{at}/", oped.RoleReader, (*visit).pairsPage},
	}
}

// allPairs names the queue of all pairs in addresses.
const allPairs = "all"

// pairsView is the page with a pair to review.
type pairsView struct {
	Guard   string // of the queue; allPairs: of all
	At      int    // the place of the pair, from 0 on
	All     int    // pairs in the queue
	Kinds   []pairKind
	Pair    *app.ComparedPair // nil: there is none at this place
	Request string            // of the decision
	Seen    int64
}

// pairKind is a queue of pairs.
type pairKind struct {
	Guard   string
	Title   string
	Means   string
	Pairs   int
	Current bool
}

// Number returns the place of the pair for people.
func (x *pairsView) Number() int { return x.At + 1 }

// Place returns the address of another place of the queue.
func (x *pairsView) Place(by int) string { return fmt.Sprintf("pairs/%s/%d/", x.Guard, x.At+by) }

func (v *visit) pairsPage() error {
	x := &pairsView{Guard: v.r.PathValue("guard"), Request: rand.Text()}
	guard := dedup.Guard(x.Guard)
	if x.Guard == "" || x.Guard == allPairs {
		x.Guard, guard = allPairs, ""
	} else if guard.Name() == "" {
		return oped.ErrNotFound
	}
	if at := v.r.PathValue("at"); at != "" {
		var err error
		if x.At, err = strconv.Atoi(at); err != nil || x.At < 0 {
			return oped.ErrNotFound
		}
	}
	var kinds []app.PairKind
	var err error
	if x.Seen, err = v.app.Latest(v.r.Context()); err != nil { // first: a later one is news to the curator
		return err
	}
	if x.Pair, kinds, err = v.app.Pieces().Pair(v.r.Context(), guard, x.At); err != nil {
		return err
	}
	all := 0
	for _, k := range kinds {
		if all += k.Pairs; k.Guard == guard {
			x.All = k.Pairs
		}
		x.Kinds = append(x.Kinds, pairKind{string(k.Guard), k.Guard.Name(), k.Guard.Means(), k.Pairs, k.Guard == guard})
	}
	if guard == "" {
		x.All = all
	}
	if len(kinds) > 1 {
		x.Kinds = append([]pairKind{{allPairs, "all", "", all, guard == ""}}, x.Kinds...)
	} else {
		x.Kinds = nil
	}
	v.show("pairs", &view{Title: "Pairs", Section: "pairs", Body: x, Keys: pairKeys()})
	return nil
}
