package oped

import "embed"

// Shipped has the shipped configuration: config.yaml and its included files. It is here because a package embeds files
// of its own folder only, and config.yaml belongs at the top of the repository.
//
//go:embed config.yaml feeds.yaml topics
var Shipped embed.FS
