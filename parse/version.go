package parse

import (
	"strings"

	"oped"
)

// Version is the version of the reading of documents. Raise it with every change to the entries of some document:
// ingest then takes the differences for ours, not for revisions of the newspapers. TestVersion says when.
const Version = "2"

// reader returns the version of the reading of a feed's documents. It has the configured zone, since dates without a
// zone are read in it.
func reader(f *oped.Feed) string { return strings.TrimSpace(Version + " " + f.Timezone) }
