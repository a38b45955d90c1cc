SELECT CASE
    WHEN studies = 0 OR design = 0 THEN arrow_cast(0, 'Int8')
    WHEN design = 2 AND down >= 3 THEN arrow_cast(1, 'Int8')
    WHEN design = 2 THEN arrow_cast(4, 'Int8') - down
    WHEN down > 0 THEN arrow_cast(1, 'Int8')
    WHEN up >= 2 THEN arrow_cast(4, 'Int8')
    ELSE arrow_cast(2, 'Int8') + up
END AS grade
FROM (
    SELECT
        studies,
        design,
        bias + inconsistency + indirectness + imprecision + unpublished AS down,
        effect + gradient + confounding AS up
    FROM records
)
