/** What decodeURI leaves as it is, since it may part an address: ; / ? : @ & = + $ , # */
const LEFT_CODED = /%(?:3B|2F|3F|3A|40|26|3D|2B|24|2C|23)/gi;

/** The sku of the path's part as wouter hands it over, after decodeURI. Decoding the whole a second time would throw at a sku with a percent sign. */
export const skuOfPath = (part: string): string => part.replaceAll(LEFT_CODED, (coded) => decodeURIComponent(coded));
