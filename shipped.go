package oped

import _ "embed" // for ShippedConfig

// ShippedConfig is the text of the config.yaml at the top of the repository: what `oped init` writes, and where `oped demo`
// takes its topics from.
//
//go:embed config.yaml
var ShippedConfig string
