package dev.cresset.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What PTX text says of itself, as [Cubin] does of machine code.
///
/// @param architecture such as 80 for `compute_80`
record Ptx(int architecture, Map<String, Signature> kernels) {
    private static final Pattern TARGET = Pattern.compile("(?m)^\\.target sm_(\\d+)");
    private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(([^)]*)\\)\\s*([^{]*)\\{");
    private static final Pattern PARAMETER = Pattern.compile("\\.param \\.[a-z](\\d+)\\b");
    private static final Pattern THREADS = Pattern.compile("\\.(?:max|req)ntid (\\d+)(?:, (\\d+), (\\d+))?");

    static Ptx read(String text) {
        Matcher target = TARGET.matcher(text);
        if (!target.find()) {
            throw new IllegalArgumentException("the text names no target");
        }
        Map<String, Signature> kernels = new TreeMap<>();
        ENTRY.matcher(text).results().forEach(entry -> kernels.put(entry.group(1), signature(entry)));
        return new Ptx(Integer.parseInt(target.group(1)), kernels);
    }

    private static Signature signature(MatchResult entry) {
        List<Signature.Place> places = new ArrayList<>();
        int end = 0;
        for (MatchResult parameter : PARAMETER.matcher(entry.group(2)).results().toList()) {
            int bytes = Integer.parseInt(parameter.group(1)) / Byte.SIZE;
            int offset = (end + bytes - 1) / bytes * bytes;
            places.add(new Signature.Place(places.size(), offset, bytes));
            end = offset + bytes;
        }
        Matcher named = THREADS.matcher(entry.group(3));
        int threads = 0;
        if (named.find()) {
            threads = Integer.parseInt(named.group(1));
            threads *= named.group(2) == null ? 1 : Integer.parseInt(named.group(2)) * Integer.parseInt(named.group(3));
        }
        return new Signature(places, threads);
    }
}
