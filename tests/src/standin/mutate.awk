# Plants a mutant at every bound of the kernels' text: `i < n` becomes `i < n + standin::off(7)`, which is one more or
# one less when the tests make mutant 7 active. Bounds are comparisons with what is known only when the kernel runs.
#
#   awk -v first=<number of the first mutant> -v list=<file to add "number file:line text" to> -f mutate.awk <file>
BEGIN {
    bound = "[A-Za-z0-9_.)] < (s[.])?(n|end|rows|columns|chunks|count|warps)[^A-Za-z0-9_.(]"
    index_bound = "index < bound "
    number = first
}
{
    comment = index($0, "//")
    rest = comment ? substr($0, 1, comment - 1) : $0
    done = ""
    while (match(rest, bound) || match(rest, index_bound)) {
        end = RSTART + RLENGTH - 1  # of the one character behind the bound
        done = done substr(rest, 1, end - 1) " + standin::off(" number ")"
        text = $0
        sub(/^ +/, "", text)
        print number, substr(FILENAME, length(FILENAME) - index(reverse(FILENAME), "/") + 2) ":" FNR, text >> list
        number++
        rest = substr(rest, end)
    }
    print done rest (comment ? substr($0, comment) : "")
}
function reverse(text, i, result) {
    for (i = length(text); i > 0; i--) {
        result = result substr(text, i, 1)
    }
    return result
}
