package parse

// Version is the version of the reading of documents. Raise it with every change to the entries of some document:
// ingest then takes the differences for ours, not for revisions of the newspapers. TestVersion says when.
const Version = "2"
