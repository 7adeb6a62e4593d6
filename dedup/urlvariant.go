package dedup

import (
	"slices"
	"strings"
)

// sharedPage tells two texts that one page cannot be: a home page, a section, a live blog stand for whatever is printed there. Both say
// enough to be told by their words, have hardly any in common, and another headline each. Within a feed names tell.
func sharedPage(a, b *reading) bool {
	if sameFeed(a, b) || titleLikeness(a, b) != otherTitles || a.heading().folded == b.heading().folded || len(a.scan().set) < minWords || len(b.scan().set) < minWords {
		return false
	}
	e, ok := weigh(a, b)
	return ok && e.containment < .1
}

// A page may have a form for telephones or for Google's viewer (AMP), at an address of its own. Which other address it belongs to can
// only be guessed by the address, so that a guess is a key and no verdict: the page at the guessed address must be known, and say the same.

// plainForms are the canonical addresses under which the page of an AMP or mobile address may be known; none if it is no such
// address. at is canonical.
func plainForms(at string) []string { return plainFormsOf(at, cachedCaches) }

// cachedCaches is how many caches are looked through of which each holds a page of the next one.
const cachedCaches = 2

func plainFormsOf(at string, caches int) []string {
	rest, ok := strings.CutPrefix(at, "https://")
	if !ok {
		return nil
	}
	var forms []string
	if cached := fromCache(rest); cached != "" {
		if forms = append(forms, cached); caches > 0 {
			forms = append(forms, plainFormsOf(cached, caches-1)...)
		}
	} else {
		host, path, _ := strings.Cut(rest, "/")
		paths := plainPaths("/" + path)
		hosts := plainHosts(host)
		if len(paths)+len(hosts) == 0 {
			return nil
		}
		for _, h := range append(hosts, host) {
			for _, p := range append(paths, "/"+path) {
				forms = append(forms, CanonicalURL("https://"+h+p))
			}
		}
	}
	slices.Sort(forms)
	return slices.DeleteFunc(slices.Compact(forms), func(form string) bool { return form == "" || form == at })
}

// fromCache is the canonical address that a page of Google's AMP cache or viewer was taken from; "" if it is none
// (https://developers.google.com/amp/cache/overview).
func fromCache(rest string) string {
	host, path, _ := strings.Cut(rest, "/")
	switch {
	case host == "cdn.ampproject.org" || strings.HasSuffix(host, ".cdn.ampproject.org"):
		kind, after, _ := strings.Cut(path, "/")
		if kind != "c" && kind != "v" {
			return ""
		}
		path = after
	case host == "www.google.com" && strings.HasPrefix(path, "amp/"):
		path = strings.TrimPrefix(path, "amp/")
	default:
		return ""
	}
	return CanonicalURL("https://" + strings.TrimPrefix(path, "s/"))
}

// plainHosts are the hosts that a host for telephones may stand beside.
func plainHosts(host string) []string {
	first, rest, _ := strings.Cut(host, ".")
	if first != "m" && first != "mobile" && first != "amp" || !strings.Contains(rest, ".") {
		return nil
	}
	return []string{rest, "www." + rest}
}

// plainPaths are the paths, with their parameters, that an AMP page may stand beside: "amp" is a step of its path, an ending or a parameter.
func plainPaths(path string) []string {
	if !strings.Contains(strings.ToLower(path), "amp") {
		return nil
	}
	steps, query, asked := strings.Cut(path, "?")
	plain := without(steps)
	kept := strings.FieldsFunc(query, func(r rune) bool { return r == '&' })
	all := len(kept)
	kept = slices.DeleteFunc(kept, ampParameter)
	if plain == steps && len(kept) == all {
		return nil
	}
	if asked && len(kept) > 0 {
		query = "?" + strings.Join(kept, "&")
	} else {
		query = ""
	}
	paths := []string{plain + query}
	if last := strings.TrimSuffix(steps, "/"); strings.HasSuffix(last, "/amp") { // below the page: nobody can tell whether that ends in a slash
		plain = strings.TrimSuffix(plain, "/")
		paths = []string{plain + query, plain + "/" + query}
	}
	return paths
}

// without is a path without the step or the ending that makes it one of an AMP page.
func without(path string) string {
	for _, ending := range []string{".amp", ".amp.html", ".amp.htm"} {
		if plain, ok := strings.CutSuffix(path, ending); ok {
			return plain + strings.TrimPrefix(ending, ".amp")
		}
	}
	steps := strings.Split(path, "/")
	isAMP := func(step string) bool { return step == "amp" || step == "amphtml" || step == "amp.html" }
	if i := slices.IndexFunc(steps, isAMP); i > 0 {
		from := i
		if i > 1 && steps[i-1] == "google" { // as papers of Globo have it
			from--
		}
		steps = slices.Delete(steps, from, i+1)
	}
	if len(steps) == 1 {
		return "/"
	}
	return strings.Join(steps, "/")
}

// ampParameter tells whether a parameter asks for the AMP form of a page.
func ampParameter(p string) bool {
	switch strings.ToLower(p) {
	case "amp", "amp=", "amp=1", "amp=true", "amp=yes", "outputtype=amp", "view=amp":
		return true
	}
	return false
}

// urlVariantKeys are the keys under which the plain form of an AMP or mobile address is known, or will be: the ordinary keys of the plain
// addresses, so that plain entries need none for it.
func urlVariantKeys(at string) []string {
	var keys []string
	for _, form := range plainForms(at) {
		keys = append(keys, addressPrefix+form)
	}
	return keys
}

// urlVariants tells whether two entries at different canonical addresses are one page in two forms: one of the addresses is the AMP or mobile form of
// the other, or both are of a third, and they say the same. A headline alone says it where neither text contradicts.
func urlVariants(a, b *reading) bool {
	atA, atB := a.address, b.address
	if atA == "" || atB == "" || atA == atB {
		return false
	}
	formsA, formsB := a.c.plainForms(atA), a.c.plainForms(atB)
	if len(formsA)+len(formsB) == 0 {
		return false
	}
	shared := slices.Contains(formsA, atB) || slices.Contains(formsB, atA) ||
		slices.ContainsFunc(formsA, func(form string) bool { return slices.Contains(formsB, form) })
	if !shared {
		return false
	}
	share, comparable := a.c.overlap(a.Text, b.Text)
	switch {
	case comparable && share >= alike:
		return true
	case comparable && share < unlike:
		return false
	}
	title := a.heading().folded
	return title != "" && title == b.heading().folded
}

// addressed words that two entries stand at the same address, or at two forms of it.
func addressed(atA, atB string) string {
	if atA == atB {
		return "same address " + atA
	}
	return "same page, at " + atA + " and " + atB
}
