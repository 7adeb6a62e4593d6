package topic

// For the benchmarks that load the configuration: it imports this package.
var (
	BenchDecide = benchDecide
	BenchTopics = benchTopics
	Opinions    = opinions
	RealDocs    = realDocs
	Scanned     = scanned
)
