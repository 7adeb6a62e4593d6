package app

import "oped/config"

// TestedTopic counts the inline tests of a topic.
type TestedTopic struct {
	Topic   string
	Passed  int
	Waiting int // they did not run: the topic has no weights by which it tags
}

// TestTopics runs the inline tests of the topics. It returns the failed ones as mistakes.
func TestTopics(cfg *config.Config) ([]TestedTopic, error) {
	if err := cfg.Tagger.Test().Err(); err != nil {
		return nil, err
	}
	all := make([]TestedTopic, len(cfg.Topics))
	for i, t := range cfg.Topics {
		all[i].Topic = t.Name
		if cfg.Tagger.Tags(t.Name) {
			all[i].Passed = len(t.Tests)
		} else {
			all[i].Waiting = len(t.Tests)
		}
	}
	return all, nil
}
