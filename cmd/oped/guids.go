package main

import (
	"fmt"
	"strings"

	"oped/app"
)

// guidText describes the reliability of guids; "" if none were seen.
func guidText(g app.GUIDHealth) string {
	switch {
	case g.Looked == 0:
		return ""
	case !g.Trusted:
		return fmt.Sprintf("%s of %s are unreliable: entries are identified by link", percent(g.Faults, g.Looked),
			grouped(g.Looked))
	case g.Faults == 0:
		return fmt.Sprintf("%s, all reliable", grouped(g.Looked))
	}
	return fmt.Sprintf("%s of %s are unreliable", percent(g.Faults, g.Looked), grouped(g.Looked))
}

// percent returns a share in whole percent, rounded; a share above zero is never 0 %.
func percent(part, whole int) string {
	share := (part*200 + whole) / (2 * whole)
	if share == 0 && part > 0 {
		return "less than 1 %"
	}
	return fmt.Sprintf("%d %%", share)
}

// grouped returns a number with commas between its thousands.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
