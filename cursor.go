package oped

// Cursor is a position in the archive's order, the newest first. The zero Cursor comes before all pieces.
type Cursor struct {
	Date  int64 // milliseconds since 1970
	Piece PieceID
}

// PieceAt is a piece and its position in the archive.
type PieceAt struct {
	Piece  Piece
	Cursor Cursor
}
