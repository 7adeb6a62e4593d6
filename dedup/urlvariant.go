package dedup

import (
	"slices"
	"strings"
)

// A page may have a form for telephones or for Google's viewer (AMP), at an address of its own. The plain
// address can only be guessed from it. Therefore a guess is a key and no verdict: the page at the guessed
// address must be known, and have the same text.

// plainForms returns the possible canonical addresses of the page at an AMP or mobile address; none for other
// addresses. at is canonical.
func plainForms(at string) []string { return plainFormsOf(at, cachedCaches) }

// cachedCaches is the number of nested caches looked through, each with a page of the next one.
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

// fromCache returns the canonical address of the original of a page in Google's AMP cache or viewer; "" for
// others (https://developers.google.com/amp/cache/overview).
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

// plainHosts returns the possible plain hosts of a host for telephones.
func plainHosts(host string) []string {
	first, rest, _ := strings.Cut(host, ".")
	if first != "m" && first != "mobile" && first != "amp" || !strings.Contains(rest, ".") {
		return nil
	}
	return []string{rest, "www." + rest}
}

// plainPaths returns the possible plain paths of an AMP page, with their parameters: "amp" is a step of its
// path, an ending or a parameter.
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
	// Below the page: the address does not show whether the page's own ends in a slash.
	if last := strings.TrimSuffix(steps, "/"); strings.HasSuffix(last, "/amp") {
		plain = strings.TrimSuffix(plain, "/")
		paths = []string{plain + query, plain + "/" + query}
	}
	return paths
}

// without returns a path without the step or the ending of an AMP page.
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
		if i > 1 && steps[i-1] == "google" { // as in papers of Globo
			from--
		}
		steps = slices.Delete(steps, from, i+1)
	}
	if len(steps) == 1 {
		return "/"
	}
	return strings.Join(steps, "/")
}

// ampParameter reports whether a parameter asks for the AMP form of a page.
func ampParameter(p string) bool {
	switch strings.ToLower(p) {
	case "amp", "amp=", "amp=1", "amp=true", "amp=yes", "outputtype=amp", "view=amp":
		return true
	}
	return false
}

// urlVariantKeys returns the possible keys of the plain form of an AMP or mobile address. They are the ordinary
// keys of plain addresses, so that plain entries need no further key.
func urlVariantKeys(at string) []string {
	var keys []string
	for _, form := range plainForms(at) {
		keys = append(keys, addressPrefix+form)
	}
	return keys
}

// urlVariants reports whether two entries at different canonical addresses are one page in two forms. One of
// the addresses is the AMP or mobile form of the other, or both are forms of a third, and their texts agree.
// The same headline is enough if the texts do not differ.
func urlVariants(a, b *reading) bool {
	atA, atB := a.address, b.address
	if atA == "" || atB == "" || atA == atB {
		return false
	}
	formsA, formsB := a.c.forms.of(atA), a.c.forms.of(atB)
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
	case comparable && share >= alikeShare:
		return true
	case comparable && share < unlikeShare:
		return false
	}
	title := a.heading().folded
	return title != "" && title == b.heading().folded
}

// addressed says that two entries have the same address, or two forms of it. It shows the addresses as published:
// a canonical one may lead nowhere.
func addressed(a, b *reading) string {
	if a.address == b.address {
		return "same address " + Untracked(a.URL)
	}
	return "same page, at " + Untracked(a.URL) + " and " + Untracked(b.URL)
}
