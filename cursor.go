package oped

// Cursor is where a piece stands in the order of the archive, the newest first. The zero place stands before all.
type Cursor struct {
	Date  int64 // milliseconds since 1970
	Piece PieceID
}

// PieceAt is a piece, and where it stands.
type PieceAt struct {
	Piece  Piece
	Cursor Cursor
}
