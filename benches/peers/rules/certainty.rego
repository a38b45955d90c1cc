package certainty

down := ((((input.bias + input.inconsistency) + input.indirectness) + input.imprecision) + input.unpublished)

up := ((input.effect + input.gradient) + input.confounding)

grade := 0 if input.studies == 0
else := 0 if input.design == 0
else := rated if {
	input.design == 2
	rated := 4 - down
	rated > 1
}
else := 1 if input.design == 2
else := 1 if down > 0
else := 4 if up >= 2
else := 2 + up

explained := {"grade": grade, "down": down, "up": up, "reasons": reasons}

reasons contains "There are no studies." if input.studies == 0

reasons contains "There are no studies with a comparison." if input.design == 0

reasons contains "Other studies start at low." if input.design == 1

reasons contains "Randomised trials start at high." if input.design == 2

reasons contains "Serious risk of bias." if input.bias == 1

reasons contains "Very serious risk of bias." if input.bias == 2

reasons contains "Serious inconsistency." if input.inconsistency == 1

reasons contains "Very serious inconsistency." if input.inconsistency == 2

reasons contains "Serious indirectness." if input.indirectness == 1

reasons contains "Very serious indirectness." if input.indirectness == 2

reasons contains "Serious imprecision." if input.imprecision == 1

reasons contains "Very serious imprecision." if input.imprecision == 2

reasons contains "Publication bias is strongly suspected." if input.unpublished == 1

reasons contains "A large effect." if input.effect == 1

reasons contains "A very large effect." if input.effect == 2

reasons contains "A dose-response gradient." if input.gradient == 1

reasons contains "Plausible confounding would hide the effect." if input.confounding == 1
