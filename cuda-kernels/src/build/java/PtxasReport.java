import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What `ptxas -v` says of each kernel for one GPU.
record PtxasReport(List<Entry> entries) {
    private static final Pattern ENTRY = Pattern.compile("Compiling entry function '(\\w+)'");
    private static final Pattern SPILL = Pattern.compile("(\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    /// @param spilled bytes that are stored or loaded because registers did not suffice
    /// @param shared bytes of shared memory that the kernel declares
    record Entry(String kernel, int registers, int spilled, int shared) {}

    static PtxasReport read(String output) {
        List<Entry> entries = new ArrayList<>();
        String kernel = null;
        int spilled = 0;
        for (String line : output.lines().toList()) {
            Matcher entry = ENTRY.matcher(line);
            Matcher spill = SPILL.matcher(line);
            Matcher registers = REGISTERS.matcher(line);
            if (entry.find()) {
                kernel = entry.group(1);
                spilled = 0;
            } else if (spill.find()) {
                // Functions that are not inlined report between the entry and its registers; they count as its own.
                spilled += Integer.parseInt(spill.group(1)) + Integer.parseInt(spill.group(2));
            } else if (registers.find() && kernel != null) {
                Matcher shared = SHARED.matcher(line);
                int bytes = shared.find() ? Integer.parseInt(shared.group(1)) : 0;
                entries.add(new Entry(kernel, Integer.parseInt(registers.group(1)), spilled, bytes));
                kernel = null;
            }
        }
        return new PtxasReport(List.copyOf(entries));
    }

    /// A line for each kernel, sorted: its name, registers, shared bytes.
    String table() {
        return entries.stream()
                .map(entry -> entry.kernel() + " " + entry.registers() + " " + entry.shared() + "\n")
                .sorted()
                .collect(Collectors.joining());
    }

    int mostRegisters() {
        return entries.stream().mapToInt(Entry::registers).max().orElse(0);
    }

    /// The `target kernel` pairs that spill.
    List<String> spills(Target target) {
        return entries.stream()
                .filter(entry -> entry.spilled() > 0)
                .map(entry -> target.name() + " " + entry.kernel())
                .toList();
    }

    /// The spills that `allowed` does not hold; it holds `target kernel` pairs.
    List<String> unexpected(Target target, Set<String> allowed) {
        return entries.stream()
                .filter(entry -> entry.spilled() > 0)
                .filter(entry -> !allowed.contains(target.name() + " " + entry.kernel()))
                .map(entry -> "%s %s: %d bytes, %d registers"
                        .formatted(target.name(), entry.kernel(), entry.spilled(), entry.registers()))
                .toList();
    }

    /// The pairs of the file `spills.txt`: on each line a target, a kernel, and why it may spill.
    static Set<String> allowed(Path file) throws IOException {
        Set<String> allowed = new TreeSet<>();
        if (!Files.exists(file)) {
            return allowed;
        }
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.strip().split("\\s+", 3);
            if (words.length < 3) {
                throw new BuildException(
                        file + ": '" + line + "' says not: target, kernel, the reason why it may spill");
            }
            allowed.add(words[0] + " " + words[1]);
        }
        return allowed;
    }
}
