// Package bench measures what Tokentray costs on a desktop: the real programs on a
// display that nobody sees. It prints numbers and judges none of them; make bench-ui
// runs it, and docs/performance.md says what came out.
package bench
