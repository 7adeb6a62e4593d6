package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"oped"
	"oped/config"
	"oped/store"
	"oped/text"
	"oped/topic"
)

// The formats of the fingerprints that ruleVersions makes. Another number judges all pieces again, once.
const (
	editionFormat = 1
	feedFormat    = 1
)

// ruleVersions names everything that a verdict on a stored piece depends on: the version of the text, the
// rule of each topic, the filters of editions, and what feeds imply or call opinion.
func ruleVersions(cfg *config.Config, t *topic.Tagger) map[string]string {
	versions := map[string]string{"text": text.FoldVersion + "." + text.HTMLVersion}
	for _, known := range cfg.Topics {
		versions["topic/"+known.Name] = t.Version(known.Name)
	}
	for _, e := range cfg.Editions {
		versions[editionKey(e)] = fingerprint(editionFormat, judgedFilter(cfg, e).Canonical())
	}
	for _, f := range cfg.Feeds {
		versions[store.FeedVersion+f.URL] = fingerprint(feedFormat, fmt.Sprintf("opinion=%q publisher=%q lang=%q kind=%q implies=%q",
			judgedOpinion(cfg, f), f.Publisher, f.Lang, f.Kind, f.Implies))
	}
	return versions
}

// editionKey names the filter of an edition. That of an author has the author's name: another author is no reason to
// judge again what others wrote.
func editionKey(e oped.Edition) string {
	if e.Filter.Author != "" {
		return store.AuthorVersion + e.Filter.Author
	}
	return "edition/" + e.Name
}

// judgedFilter is the filter of an edition. Its query has the terms of its lists.
func judgedFilter(cfg *config.Config, e oped.Edition) oped.Filter {
	f := e.Filter
	if f.Query != "" {
		f.Query = topic.Source(cfg.Lists, oped.Topic{Require: oped.Rule{Expr: f.Query}})
	}
	return f
}

// judgedOpinion is the query of what a feed calls opinion, with the terms of its lists.
func judgedOpinion(cfg *config.Config, f oped.Feed) string {
	return topic.Source(cfg.Lists, oped.Topic{Require: oped.Rule{Expr: string(f.Opinion)}})
}

// fingerprint is a short form of a text, with the number of its format.
func fingerprint(format int, text string) string {
	return fmt.Sprintf("%d:%s", format, shortHash([]byte(text)))
}

func shortHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// formerVersions is ruleVersions as release 0.1.0 wrote it: hashes of values in JSON.
func formerVersions(cfg *config.Config) map[string]string {
	versions := map[string]string{}
	for _, e := range cfg.Editions {
		versions[editionKey(e)] = jsonHash(judgedFilter(cfg, e))
	}
	type judged struct {
		URL, Opinion, Publisher, Lang string
		Kind                          oped.PieceKind
		Implies                       []string
	}
	for _, f := range cfg.Feeds {
		versions[store.FeedVersion+f.URL] = jsonHash(judged{f.URL, judgedOpinion(cfg, f), f.Publisher, f.Lang, f.Kind, f.Implies})
	}
	return versions
}

func jsonHash(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values always marshal
	}
	return shortHash(raw)
}
