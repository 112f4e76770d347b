package dev.cresset.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Prints the options of a command's help in sections: one for each mixin, under the mixin's name, and the rest.
final class OptionSections {
    private static final String REST = "General";

    private OptionSections() {}

    static void installIn(CommandLine line) {
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> "");
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionSections::render);
        line.getSubcommands().values().forEach(OptionSections::installIn);
    }

    private static String render(Help help) {
        CommandSpec command = help.commandSpec();
        List<OptionSpec> rest = new ArrayList<>(command.options());
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, CommandSpec> mixin : command.mixins().entrySet()) {
            // picocli's own mixin, of --help and --version, goes to the rest.
            if (!mixin.getKey().startsWith("mixinStandardHelp")) {
                List<OptionSpec> options = mixin.getValue().options();
                rest.removeAll(options);
                append(text, mixin.getKey(), options, help);
            }
        }
        List<OptionSpec> own =
                rest.stream().filter(option -> !isGeneral(option)).toList();
        rest.removeAll(own);
        StringBuilder front = new StringBuilder();
        append(front, "Options", own, help);
        append(text, REST, rest, help);
        return front.append(text).toString();
    }

    private static boolean isGeneral(OptionSpec option) {
        return List.of("--help", "--version", "--stacktrace").contains(option.longestName());
    }

    private static void append(StringBuilder text, String heading, List<OptionSpec> options, Help help) {
        if (!options.isEmpty()) {
            Help.Layout layout = help.createDefaultLayout();
            layout.addOptions(options, help.parameterLabelRenderer());
            text.append(String.format("%n%s:%n", heading)).append(layout);
        }
    }
}
