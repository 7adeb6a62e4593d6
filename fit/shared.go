package fit

import (
	"embed"
	"fmt"

	"oped"
	"oped/topic"
)

// MinOn is the number of labelled pieces on a topic from which its weights depend on its examples alone.
const MinOn = 60

// sharedFiles has the shared weights by the form of topics.
//
//go:embed shared
var sharedFiles embed.FS

// Shared returns the weights to begin with for a topic without examples, or with few: those that topics of its form
// have in common. They have no words.
func Shared(t *oped.Topic) (*topic.Weights, error) {
	form := "one-side"
	switch {
	case len(t.Subject) > 0:
		form = "subject"
	case len(t.Sides) > 1:
		form = "two-sides"
	}
	path := "shared/" + form + ".weights"
	file, err := sharedFiles.ReadFile(path)
	if err != nil {
		return nil, err
	}
	w, err := topic.ParseWeights(string(file))
	if err != nil {
		return nil, fmt.Errorf("fit/%s: %w", path, err)
	}
	return w, nil
}
